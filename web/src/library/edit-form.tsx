import { useId, type FormEvent } from 'react';
import type { Video } from '../api/types';
import { Combobox } from './combobox';
import { fieldsOf, hasChanges, type Draft } from './draft';
import { DIRECTORY_TYPES } from './params';
import { TagField } from './tag-field';
import { DIRECTORY_NAMES } from './words';

interface EditFormProps {
  video: Video;
  draft: Draft;
  onDraft: (change: Draft) => void;
  onSave: () => void;
  saving: boolean;
  /** What the API says about single fields. */
  problems: Readonly<Record<string, string>>;
}

/** What people write about a video. */
export function EditForm({ video, draft, onDraft, onSave, saving, problems }: EditFormProps) {
  const id = useId();
  const fields = { ...fieldsOf(video), ...draft };
  const changed = hasChanges(video, draft);
  const moves = fields.directoryType !== video.directoryType;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (changed && !saving) onSave();
  }

  return (
    <form className="edit-form" onSubmit={submit} aria-label="Edit this video">
      <div className="field">
        <label htmlFor={`${id}-title`}>Title</label>
        <input
          id={`${id}-title`}
          type="text"
          autoComplete="off"
          maxLength={500}
          placeholder={video.filename}
          value={fields.title}
          onChange={(event) => onDraft({ title: event.target.value })}
        />
        <Problem text={problems.title} />
      </div>
      <div className="field">
        <label htmlFor={`${id}-producer`}>Producer</label>
        <Combobox
          id={`${id}-producer`}
          field="producer"
          value={fields.producer}
          onChange={(producer) => onDraft({ producer })}
        />
        <Problem text={problems.producer} />
      </div>
      <div className="field">
        <label htmlFor={`${id}-creator`}>Creator</label>
        <Combobox
          id={`${id}-creator`}
          field="creator"
          value={fields.creator}
          onChange={(creator) => onDraft({ creator })}
        />
        <Problem text={problems.creator} />
      </div>
      <div className="field wide">
        <label htmlFor={`${id}-tags`}>
          Tags <span className="optional">Enter or a comma adds one</span>
        </label>
        <TagField id={`${id}-tags`} tags={fields.tags} onChange={(tags) => onDraft({ tags })} />
        <Problem text={problems.tags} />
      </div>
      <div className="field">
        <label htmlFor={`${id}-directory`}>Directory</label>
        <select
          className="select"
          id={`${id}-directory`}
          value={fields.directoryType}
          aria-describedby={`${id}-directory-note`}
          onChange={(event) => {
            const chosen = DIRECTORY_TYPES.find((type) => type === event.target.value);
            if (chosen) onDraft({ directoryType: chosen });
          }}
        >
          {DIRECTORY_TYPES.map((type) => (
            <option key={type} value={type}>
              {DIRECTORY_NAMES[type]}
            </option>
          ))}
        </select>
        <Problem text={problems.directoryType} />
      </div>
      <p className="edit-note wide" id={`${id}-directory-note`} role="status">
        {moves &&
          'The file moves there in the background, and playing goes on meanwhile. Nothing in Inbox or Private is ever published.'}
      </p>
      <div className="edit-actions">
        <button className="button" type="submit" disabled={!changed || saving}>
          {saving ? 'Saving …' : 'Save'}
        </button>
        {changed && (
          <button
            className="quiet-button"
            type="button"
            disabled={saving}
            onClick={() => onDraft({ ...fieldsOf(video) })}
          >
            Undo changes
          </button>
        )}
      </div>
    </form>
  );
}

function Problem({ text }: { text: string | undefined }) {
  if (!text) return null;
  return (
    <span className="field-problem" role="alert">
      {text}
    </span>
  );
}
