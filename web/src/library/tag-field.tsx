import { useState, type KeyboardEvent } from 'react';
import { Icon } from '../layout/icon';
import { Combobox } from './combobox';
import { addTags } from './draft';

interface TagFieldProps {
  id: string;
  tags: readonly string[];
  onChange: (tags: string[]) => void;
  placeholder?: string;
  disabled?: boolean;
}

/** Tags as chips, and a field that adds some. */
export function TagField({ id, tags, onChange, placeholder, disabled = false }: TagFieldProps) {
  const [text, setText] = useState('');

  function add(value: string) {
    const next = addTags(tags, value);
    setText('');
    if (next.length !== tags.length) onChange(next);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === 'Enter' && text.trim()) {
      event.preventDefault();
      add(text);
    } else if (event.key === 'Backspace' && text === '') {
      onChange(tags.slice(0, -1));
    }
  }

  return (
    <div className="tag-field" data-disabled={disabled || undefined}>
      {tags.map((tag) => (
        <span className="chip" key={tag}>
          <span>{tag}</span>
          <button
            type="button"
            aria-label={`Remove the tag ${tag}`}
            disabled={disabled}
            onClick={() => onChange(tags.filter((each) => each !== tag))}
          >
            <Icon name="close" />
          </button>
        </span>
      ))}
      <Combobox
        id={id}
        field="tags"
        value={text}
        except={tags}
        disabled={disabled}
        placeholder={tags.length === 0 ? placeholder : ''}
        onChange={(value) => (value.includes(',') ? add(value) : setText(value))}
        onChoose={add}
        onKeyDown={onKeyDown}
        onBlur={() => add(text)}
      />
    </div>
  );
}
