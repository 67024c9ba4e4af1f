import type { ReactNode } from 'react';
import { NavLink } from 'react-router';

const VIEWS = [
  { to: '/library', label: 'Videos' },
  { to: '/library/duplicates', label: 'Duplicates' },
  { to: '/library/storage', label: 'Storage' },
] as const;

/** Title of the library's pages, what can be done on this one, and the way to the others. */
export function LibraryHead({ children }: { children?: ReactNode }) {
  return (
    <header className="library-head">
      <h1>Library</h1>
      <nav className="library-views" aria-label="Views of the library">
        <ul>
          {VIEWS.map(({ to, label }) => (
            <li key={to}>
              <NavLink to={to} end>
                {label}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className="library-tools">{children}</div>
    </header>
  );
}
