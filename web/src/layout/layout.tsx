import { useEffect, useRef, type ReactNode } from 'react';
import { Link, NavLink, useLocation, useNavigationType } from 'react-router';
import { useSession, useWho } from '../app-context';
import { signInTo } from '../auth/sign-in-path';
import { Icon } from './icon';
import './layout.css';

/** Sections of the site, in the order of the navigation. */
const SECTIONS = [
  { to: '/', label: 'Gallery', admin: false },
  { to: '/upload', label: 'Upload', admin: true },
  { to: '/library', label: 'Library', admin: true },
  { to: '/analytics', label: 'Analytics', admin: true },
] as const;

/** Header, navigation and the place of the page. */
export function Layout({ children }: { children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const { admin } = useWho();
  const back = useNavigationType() === 'POP';
  const shown = useRef(pathname);

  // A new page starts at its top, for the eye and for the screen reader. One that is come back to is where it was.
  useEffect(() => {
    if (shown.current !== pathname) {
      if (!back) window.scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    shown.current = pathname;
  }, [pathname, back]);

  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="site-header">
        <div className="site-header-inner">
          <Link className="brand" to="/" aria-label="Framehouse, start page">
            <Mark />
            <span>Framehouse</span>
          </Link>
          <nav aria-label="Sections">
            <ul>
              {SECTIONS.filter((section) => admin || !section.admin).map(({ to, label }) => (
                <li key={to}>
                  <NavLink to={to} end={to === '/'}>
                    {label}
                  </NavLink>
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
  const { pathname, search } = useLocation();
  if (state.status === 'starting') return null;
  if (state.status === 'signed-out') {
    const to = pathname === '/sign-in' ? '/sign-in' : signInTo(pathname + search);
    return (
      <div className="account">
        <Link className="quiet-button" to={to}>
          Sign in
        </Link>
      </div>
    );
  }
  const role = state.role?.replaceAll('_', ' ').toLowerCase();
  return (
    <div className="account">
      {role && <span className="account-role">{role}</span>}
      <button className="quiet-button" type="button" onClick={() => session.leave()}>
        <Icon name="leave" />
        <span className="account-leave">Sign out</span>
      </button>
    </div>
  );
}
