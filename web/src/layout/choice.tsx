import { useId, type ReactNode } from 'react';
import './fields.css';

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly (readonly [T, string])[];
}

/** One of a few, in the browser's own list. */
export function Choice<T extends string>({ label, value, onChange, options }: ChoiceProps<T>) {
  const id = useId();
  return (
    <Labelled id={id} label={label}>
      <select
        className="select"
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = options.find(([each]) => each === event.target.value);
          if (chosen) onChange(chosen[0]);
        }}
      >
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** One of a few, all in sight. */
export function Segments<T extends string>({ label, value, onChange, options }: ChoiceProps<T>) {
  const id = useId();
  return (
    <fieldset className="filter">
      <legend>{label}</legend>
      <div className="segments">
        {options.map(([each, text]) => (
          <label key={each}>
            <input
              type="radio"
              name={id}
              checked={each === value}
              onChange={() => onChange(each)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface LabelledProps {
  id: string;
  label: string;
  wide?: boolean;
  children: ReactNode;
}

export function Labelled({ id, label, wide = false, children }: LabelledProps) {
  return (
    <div className="filter" data-wide={wide || undefined}>
      <label htmlFor={id}>{label}</label>
      {children}
    </div>
  );
}
