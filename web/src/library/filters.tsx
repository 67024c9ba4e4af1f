import { useId } from 'react';
import { Choice, Labelled, Segments } from '../layout/choice';
import {
  DIRECTORY_TYPES,
  ORIENTATIONS,
  QUALITIES,
  type LibraryState,
  type Validity,
} from './params';
import { Combobox } from './combobox';
import { TagField } from './tag-field';
import { ORIENTATION_NAMES } from '../media/words';
import { DIRECTORY_NAMES } from './words';

interface FiltersProps {
  id: string;
  state: LibraryState;
  /** `typing` says that more of the same is to come: one step of the history, not one a letter. */
  onChange: (change: Partial<LibraryState>, typing?: boolean) => void;
}

/** All conditions of the list but the search. */
export function Filters({ id, state, onChange }: FiltersProps) {
  const producer = useId();
  const creator = useId();
  const tags = useId();
  return (
    <div className="filters" id={id} role="group" aria-label="Filters">
      <Choice
        label="Directory"
        value={state.directoryType}
        onChange={(directoryType) => onChange({ directoryType })}
        options={[
          ['', 'All directories'],
          ...DIRECTORY_TYPES.map((type) => [type, DIRECTORY_NAMES[type]] as const),
        ]}
      />
      <Segments
        label="Orientation"
        value={state.orientation}
        onChange={(orientation) => onChange({ orientation })}
        options={(['', ...ORIENTATIONS] as const).map(
          (each) => [each, each ? ORIENTATION_NAMES[each] : 'All'] as const,
        )}
      />
      <fieldset className="filter">
        <legend>Quality</legend>
        <div className="segments">
          {QUALITIES.map((quality) => (
            <label key={quality}>
              <input
                type="checkbox"
                checked={state.quality.includes(quality)}
                onChange={(event) => {
                  const { checked } = event.target;
                  const chosen = QUALITIES.filter((each) =>
                    each === quality ? checked : state.quality.includes(each),
                  );
                  onChange({ quality: chosen });
                }}
              />
              <span>{quality}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Choice
        label="Sound"
        value={state.hasAudio}
        onChange={(hasAudio) => onChange({ hasAudio })}
        options={[
          ['', 'With or without'],
          ['true', 'With sound'],
          ['false', 'Without sound'],
        ]}
      />
      <Choice<Validity>
        label="Show"
        value={state.isValid}
        onChange={(isValid) => onChange({ isValid })}
        options={[
          ['true', 'Valid videos'],
          ['false', 'Deleted or invalid'],
          ['any', 'Everything'],
        ]}
      />
      <Labelled id={producer} label="Producer">
        <Combobox
          id={producer}
          field="producer"
          value={state.producer}
          placeholder="Part of a name"
          onChange={(text) => onChange({ producer: text }, true)}
          onChoose={(text) => onChange({ producer: text })}
        />
      </Labelled>
      <Labelled id={creator} label="Creator">
        <Combobox
          id={creator}
          field="creator"
          value={state.creator}
          placeholder="Part of a name"
          onChange={(text) => onChange({ creator: text }, true)}
          onChoose={(text) => onChange({ creator: text })}
        />
      </Labelled>
      <Labelled id={tags} label="Tags" wide>
        <TagField
          id={tags}
          tags={state.tags}
          placeholder="All of these"
          onChange={(chosen) => onChange({ tags: chosen })}
        />
      </Labelled>
    </div>
  );
}
