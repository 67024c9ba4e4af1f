import { useId, useState, type ReactNode } from 'react';
import type { DirectoryType, VideoFields, VideoSummary } from '../api/types';
import { Combobox } from './combobox';
import { DIRECTORY_TYPES } from './params';
import { subjectOf, VideoQuestion } from './questions';
import { TagField } from './tag-field';
import { DIRECTORY_NAMES } from './words';

interface BulkEditProps {
  videos: readonly VideoSummary[];
  onClose: () => void;
  onConfirm: (changes: VideoFields) => void;
  done: number | null;
  problem: string | null;
}

type FieldName = 'producer' | 'creator' | 'tags' | 'directoryType';

/** The same values for many videos: only fields that are ticked change. */
export function BulkEdit({ videos, onClose, onConfirm, done, problem }: BulkEditProps) {
  const id = useId();
  const [chosen, setChosen] = useState<ReadonlySet<FieldName>>(new Set());
  const [producer, setProducer] = useState('');
  const [creator, setCreator] = useState('');
  const [tags, setTags] = useState<string[]>([]);
  const [directoryType, setDirectoryType] = useState<DirectoryType>('videos');

  function choose(name: FieldName, on: boolean) {
    const next = new Set(chosen);
    if (on) next.add(name);
    else next.delete(name);
    setChosen(next);
  }

  function confirm() {
    onConfirm({
      ...(chosen.has('producer') && { producer: producer.trim() || null }),
      ...(chosen.has('creator') && { creator: creator.trim() || null }),
      ...(chosen.has('tags') && { tags }),
      ...(chosen.has('directoryType') && { directoryType }),
    });
  }

  const field = (name: FieldName, label: string, note: string, children: ReactNode) => (
    <BulkField
      id={`${id}-${name}`}
      label={label}
      note={chosen.has(name) ? note : ''}
      chosen={chosen.has(name)}
      onChoose={(on) => choose(name, on)}
    >
      {children}
    </BulkField>
  );
  return (
    <VideoQuestion
      videos={videos}
      onClose={onClose}
      done={done}
      problem={problem}
      title={`Edit ${subjectOf(videos)}`}
      verb="Apply to selected"
      incomplete={chosen.size === 0}
      onConfirm={confirm}
    >
      <p className="hint">Tick what is to become the same for all of them. The rest stays.</p>
      {field(
        'producer',
        'Producer',
        producer.trim() ? '' : 'Left empty, it is cleared.',
        <Combobox
          id={`${id}-producer`}
          field="producer"
          value={producer}
          disabled={!chosen.has('producer')}
          onChange={setProducer}
        />,
      )}
      {field(
        'creator',
        'Creator',
        creator.trim() ? '' : 'Left empty, it is cleared.',
        <Combobox
          id={`${id}-creator`}
          field="creator"
          value={creator}
          disabled={!chosen.has('creator')}
          onChange={setCreator}
        />,
      )}
      {field(
        'tags',
        'Tags',
        'They replace all tags that the videos have.',
        <TagField
          id={`${id}-tags`}
          tags={tags}
          disabled={!chosen.has('tags')}
          onChange={setTags}
        />,
      )}
      {field(
        'directoryType',
        'Directory',
        'The files move there in the background.',
        <select
          className="select"
          id={`${id}-directoryType`}
          value={directoryType}
          disabled={!chosen.has('directoryType')}
          onChange={(event) => {
            const type = DIRECTORY_TYPES.find((each) => each === event.target.value);
            if (type) setDirectoryType(type);
          }}
        >
          {DIRECTORY_TYPES.map((type) => (
            <option key={type} value={type}>
              {DIRECTORY_NAMES[type]}
            </option>
          ))}
        </select>,
      )}
    </VideoQuestion>
  );
}

interface BulkFieldProps {
  id: string;
  label: string;
  note: string;
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
  children: ReactNode;
}

function BulkField({ id, label, note, chosen, onChoose, children }: BulkFieldProps) {
  return (
    <div className="bulk-field field">
      <div className="bulk-label">
        <input
          type="checkbox"
          aria-label={`Change ${label.toLowerCase()}`}
          checked={chosen}
          onChange={(event) => onChoose(event.target.checked)}
        />
        <label htmlFor={id}>{label}</label>
      </div>
      {children}
      {note && <span className="optional">{note}</span>}
    </div>
  );
}
