import { useEffect, useRef, type ReactNode } from 'react';
import { NavLink, Link, useLocation } from 'react-router';
import { useSession } from '../app-context';
import { Icon } from './icon';
import './layout.css';

/** Sections of the site, in the order of the navigation. */
const SECTIONS = [
  { to: '/upload', label: 'Upload' },
  { to: '/library', label: 'Library' },
] as const;

/** Header, navigation and the place of the page. */
export function Layout({ children }: { children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);

  // A new page starts at its top, for the eye and for the screen reader.
  useEffect(() => {
    if (shown.current !== pathname) {
      window.scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    shown.current = pathname;
  }, [pathname]);

  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="site-header">
        <div className="site-header-inner">
          <Link className="brand" to="/upload" aria-label="Framehouse, start page">
            <Mark />
            <span>Framehouse</span>
          </Link>
          <nav aria-label="Sections">
            <ul>
              {SECTIONS.map(({ to, label }) => (
                <li key={to}>
                  <NavLink to={to}>{label}</NavLink>
                </li>
              ))}
            </ul>
          </nav>
          <Account />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path className="mark-house" d="M5 13.6 16 5l11 8.6V27H5z" />
      <path className="mark-play" d="m13.2 14.6 7 4.2-7 4.2z" />
    </svg>
  );
}

function Account() {
  const [state, session] = useSession();
  if (state.status !== 'signed-in') return null;
  const role = state.role?.replaceAll('_', ' ').toLowerCase();
  return (
    <div className="account">
      {role && <span className="account-role">{role}</span>}
      <button className="quiet-button" type="button" onClick={() => session.signOut()}>
        <Icon name="leave" />
        <span className="account-leave">Sign out</span>
      </button>
    </div>
  );
}
