import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useApi } from '../app-context';
import { suggestions, type SuggestedField } from '../api/library';
import type { Suggestion } from '../api/types';
import { wait } from '../media/follow';
import { formatCount } from '../media/words';

/** How long the typing rests before suggestions are asked for, in milliseconds. */
const REST = 160;

export interface ComboboxProps {
  id: string;
  field: SuggestedField;
  value: string;
  onChange: (text: string) => void;
  /** A suggestion was chosen; without it, it becomes the value. */
  onChoose?: (value: string) => void;
  /** Keys that the list does not take for itself. */
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  onBlur?: () => void;
  /** Values that are not suggested. */
  except?: readonly string[];
  placeholder?: string;
  disabled?: boolean;
}

/** A text field that suggests what videos have already (WAI-ARIA combobox with a list). */
export function Combobox(props: ComboboxProps) {
  const { id, field, value, onChange, onKeyDown, except = [] } = props;
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const list = useId();
  const found = useSuggestions(field, value, open).filter((each) => !except.includes(each.value));
  // What is in the field already needs no suggestion.
  const shown = open ? found.filter((each) => each.value !== value) : [];
  const active = shown[at];

  function choose(suggestion: Suggestion) {
    (props.onChoose ?? onChange)(suggestion.value);
    setOpen(false);
    setAt(-1);
  }

  function onListKey(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const count = shown.length + 1;
      // Past either end is the field itself.
      setAt((old) => ((old + 1 + step + count) % count) - 1);
    } else if (event.key === 'Enter' && active) {
      event.preventDefault();
      choose(active);
    } else if (event.key === 'Escape' && shown.length > 0) {
      // It closes the list only, not the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
      setAt(-1);
    } else {
      onKeyDown?.(event);
    }
  }

  return (
    <div className="combobox">
      <input
        id={id}
        type="text"
        role="combobox"
        autoComplete="off"
        maxLength={500}
        aria-expanded={shown.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={active ? `${list}-${at}` : undefined}
        value={value}
        placeholder={props.placeholder}
        disabled={props.disabled}
        onChange={(event) => {
          onChange(event.target.value);
          setOpen(true);
          setAt(-1);
        }}
        onClick={() => setOpen(true)}
        onKeyDown={onListKey}
        onBlur={() => {
          setOpen(false);
          setAt(-1);
          props.onBlur?.();
        }}
      />
      {/* Choosing is for the pointer here; the keyboard stays in the field. */}
      <div id={list} role="listbox" aria-label="Suggestions" hidden={shown.length === 0}>
        {shown.map((each, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={each.value}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            tabIndex={-1}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(each)}
          >
            <span>{each.value}</span>
            <span className="suggestion-count">{formatCount(each.count)}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

function useSuggestions(field: SuggestedField, text: string, open: boolean): Suggestion[] {
  const api = useApi();
  const [found, setFound] = useState<Suggestion[]>([]);
  const asked = useRef(false);

  useEffect(() => {
    if (!open) {
      asked.current = false;
      return undefined;
    }
    const stop = new AbortController();
    const ask = async () => {
      if (asked.current) await wait(REST, stop.signal);
      asked.current = true;
      setFound(await suggestions(api, field, text.trim(), stop.signal));
    };
    // Without suggestions the field still takes any text.
    ask().catch(() => {});
    return () => stop.abort();
  }, [api, field, text, open]);

  return found;
}
