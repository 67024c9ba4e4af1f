import { useId } from 'react';
import { Choice, Segments } from '../layout/choice';
import { daysBefore, SPAN_NAMES, SPANS, zones, type Range, type Span } from './range';

interface RangePickerProps {
  range: Range;
  onChange: (range: Range) => void;
}

/** Chooses the days, and whose days they are. */
export function RangePicker({ range, onChange }: RangePickerProps) {
  const custom = range.days === 'custom';
  return (
    <div className="range-picker" role="group" aria-label="Days">
      <Segments<Span>
        label="Days"
        value={SPANS.find((span) => span === range.days) ?? '28'}
        options={SPANS.map((span) => [span, SPAN_NAMES[span]] as const)}
        onChange={(days) => {
          const from =
            days === 'custom' && range.days === 'all' ? daysBefore(range.to, 27) : range.from;
          onChange({ ...range, days, from });
        }}
      />
      {custom && (
        <>
          <DateField
            label="From"
            value={range.from}
            max={range.to}
            onChange={(from) => onChange({ ...range, from })}
          />
          <DateField
            label="To"
            value={range.to}
            min={range.from}
            onChange={(to) => onChange({ ...range, to })}
          />
        </>
      )}
      <Choice
        label="Time zone"
        value={range.zone}
        options={zones(range.zone).map((zone) => [zone, zone.replaceAll('_', ' ')] as const)}
        onChange={(zone) => onChange({ ...range, zone })}
      />
    </div>
  );
}

interface DateFieldProps {
  label: string;
  value: string;
  min?: string;
  max?: string;
  onChange: (day: string) => void;
}

function DateField({ label, value, min, max, onChange }: DateFieldProps) {
  const id = useId();
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <input
        className="date-field"
        id={id}
        type="date"
        value={value}
        min={min}
        max={max}
        onChange={(event) => {
          const day = event.target.value;
          // While a date is typed, it is none, or one of the year 2.
          const good = day > '2000' && (!min || day >= min) && (!max || day <= max);
          if (good) onChange(day);
        }}
      />
    </div>
  );
}
