import { useEffect, useRef } from 'react';
import { Icon } from './icon';
import './fields.css';

interface SearchFieldProps {
  value: string;
  placeholder: string;
  onChange: (text: string) => void;
}

/** The search field; `/` reaches it from anywhere on the page. */
export function SearchField(props: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const writing = target.closest('input, textarea, select, dialog') !== null;
      if (event.key !== '/' || writing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  return (
    <div className="search-field">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label="Search videos"
        aria-keyshortcuts="/"
        placeholder={props.placeholder}
        maxLength={500}
        autoComplete="off"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </div>
  );
}
