import { useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';
import { labelled } from './scale';

/** Pixels: the picture's height, and what its labels take of it. */
const HEIGHT = 220;
const FOOT = 26;
const LEFT = 46;
const TOP = 10;
/** Pixels between two labels. */
const LABEL_ROOM = 74;

interface ChartProps {
  title: string;
  /** The picture in a sentence. */
  summary: string;
  shape: 'bars' | 'area';
  values: readonly number[];
  ticks: readonly number[];
  tickName: (tick: number) => string;
  /** Under each value. */
  labels: readonly string[];
  /** Over each value, while it is pointed at: a heading and lines below it. */
  tips: readonly (readonly string[])[];
  /** The same as a table: its first column names the rows. */
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** Pixels for places and values; `width` is that of one place. */
interface Scale {
  x: (at: number) => number;
  y: (value: number) => number;
  width: number;
}

/** Values along a line, as a picture for the eye and as a table for everyone. */
export function Chart(props: ChartProps) {
  const { title, summary, values, tips } = props;
  const place = useRef<HTMLDivElement>(null);
  const all = useWidth(place);
  const [at, setAt] = useState<number | null>(null);
  const scale = scaleOf(props, all);

  function point(event: PointerEvent<SVGSVGElement>) {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT;
    const index = Math.floor(x / scale.width);
    setAt(index >= 0 && index < values.length ? index : null);
  }

  const tip = at === null ? undefined : tips[at];
  const tipAt = scale.x(at ?? 0) + scale.width / 2;
  return (
    <figure className="panel chart">
      <figcaption>
        <h2>{title}</h2>
        <p>{summary}</p>
      </figcaption>
      <div className="chart-place" ref={place}>
        {all > 0 && (
          <svg
            width={all}
            height={HEIGHT}
            role="img"
            aria-label={`${title}: ${summary}`}
            onPointerMove={point}
            onPointerDown={point}
            onPointerLeave={() => setAt(null)}
          >
            <Grid chart={props} scale={scale} right={all} />
            {at !== null && (
              <rect
                className="chart-here"
                x={scale.x(at)}
                y={TOP}
                width={scale.width}
                height={HEIGHT - TOP - FOOT}
              />
            )}
            {props.shape === 'bars' ? (
              <Bars values={values} scale={scale} />
            ) : (
              <Area values={values} scale={scale} />
            )}
          </svg>
        )}
        {tip && (
          <div
            className="chart-tip"
            style={{ insetInlineStart: Math.min(all - 80, Math.max(80, tipAt)) }}
            aria-hidden="true"
          >
            {tip.map((line, index) =>
              index === 0 ? <strong key={line}>{line}</strong> : <span key={line}>{line}</span>,
            )}
          </div>
        )}
      </div>
      <details className="chart-table">
        <summary>Show as a table</summary>
        <Table title={title} columns={props.columns} rows={props.rows} />
      </details>
    </figure>
  );
}

function scaleOf({ values, ticks }: ChartProps, all: number): Scale {
  const width = Math.max(0, all - LEFT) / Math.max(1, values.length);
  const top = ticks.at(-1) || 1;
  return {
    x: (at) => LEFT + at * width,
    y: (value) => TOP + (HEIGHT - TOP - FOOT) * (1 - value / top),
    width,
  };
}

function Grid({ chart, scale, right }: { chart: ChartProps; scale: Scale; right: number }) {
  const { ticks, tickName, labels } = chart;
  const shown = labelled(labels.length, Math.floor((right - LEFT) / LABEL_ROOM));
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className="chart-grid" x1={LEFT} x2={right} y1={scale.y(tick)} y2={scale.y(tick)} />
          <text className="chart-label" x={LEFT - 9} y={scale.y(tick) + 4} textAnchor="end">
            {tickName(tick)}
          </text>
        </g>
      ))}
      {[...shown].map((index) => (
        <text
          key={index}
          className="chart-label"
          x={Math.min(scale.x(index) + scale.width / 2, right - 22)}
          y={HEIGHT - 6}
          textAnchor="middle"
        >
          {labels[index]}
        </text>
      ))}
    </>
  );
}

interface ShapeProps {
  values: readonly number[];
  scale: Scale;
}

function Bars({ values, scale }: ShapeProps) {
  const { width } = scale;
  const gap = width > 6 ? width * 0.24 : 0;
  return values.map((value, at) => (
    <rect
      // oxlint-disable-next-line react/no-array-index-key -- A bar is its place.
      key={at}
      className="chart-bar"
      x={scale.x(at) + gap / 2}
      y={scale.y(value)}
      width={Math.max(1, Math.min(width - gap, 64))}
      height={scale.y(0) - scale.y(value)}
      rx={Math.min(3, width / 4)}
    />
  ));
}

function Area({ values, scale }: ShapeProps) {
  const [left, right] = [scale.x(0), scale.x(values.length)];
  const points = values.map((value, at) => `${scale.x(at) + scale.width / 2} ${scale.y(value)}`);
  const [first, last] = [scale.y(values[0] ?? 0), scale.y(values.at(-1) ?? 0)];
  const line = `M${left} ${first}L${points.join('L')}L${right} ${last}`;
  return (
    <>
      <path className="chart-area" d={`${line}V${scale.y(0)}H${left}Z`} />
      <path className="chart-line" d={line} />
    </>
  );
}

interface TableProps {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** A table that scrolls by itself, for the keyboard as well. */
export function Table({ title, columns, rows }: TableProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll-y" tabIndex={0} role="region" aria-label={`${title}, a table`}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, at) => (
                <td key={columns[at + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function useWidth(place: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);

  return width;
}
