import { useEffect, useState, type FormEvent } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { useSession } from '../app-context';
import { Notice } from '../layout/notice';
import { usePageTitle } from '../layout/use-page-title';
import { returnPath } from './sign-in-path';
import { claimsOf, expired, Session } from './session';

/** Asks for an access token where the stack does not hand one out. */
export function SignIn({ message }: { message: string | null }) {
  const [, session] = useSession();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  usePageTitle('Sign in');

  function submit(event: FormEvent) {
    event.preventDefault();
    const pasted = token.trim().replace(/^Bearer\s+/i, '');
    const trouble = problemWith(pasted);
    setProblem(trouble);
    if (!trouble) session.signIn(pasted);
  }

  return (
    <Notice title="Sign in">
      {message && (
        <p className="message" role="alert">
          {message}
        </p>
      )}
      <p>
        The gallery is for everyone. Reactions take a sign-in, and uploads and the library are for
        administrators. Paste an access token to go on.
      </p>
      <form className="stack" onSubmit={submit} noValidate>
        <label className="field">
          <span>Access token</span>
          <textarea
            rows={4}
            value={token}
            onChange={(event) => setToken(event.target.value)}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={problem !== null}
            aria-describedby={problem ? 'token-problem' : undefined}
          />
        </label>
        {problem && (
          <p className="message" id="token-problem" role="alert">
            {problem}
          </p>
        )}
        <button className="button" type="submit">
          Sign in
        </button>
      </form>
      <LocalSignIn />
    </Notice>
  );
}

/** A page of its own, which leads back to where somebody came from. */
export function SignInPage() {
  const [state] = useSession();
  const [search] = useSearchParams();
  if (state.status === 'starting') return null;
  if (state.status === 'signed-in') return <Navigate to={returnPath(search)} replace />;
  return <SignIn message={state.message} />;
}

/** The way back in for whoever has signed out of a local stack. */
function LocalSignIn() {
  const [, session] = useSession();
  const [offered, setOffered] = useState(false);

  useEffect(() => {
    let gone = false;
    void Session.offersLocalSignIn().then((offers) => !gone && setOffered(offers));
    return () => {
      gone = true;
    };
  }, []);

  if (!offered) return null;
  return (
    <p>
      <button className="quiet-button" type="button" onClick={() => void session.signInLocally()}>
        Sign in as this local stack’s administrator
      </button>
    </p>
  );
}

function problemWith(token: string): string | null {
  if (!token) return 'Paste a token first.';
  if (Object.keys(claimsOf(token)).length === 0) {
    return 'This is not a token. It should look like three long words joined by dots.';
  }
  return expired(token) ? 'This token has expired. Ask for a new one.' : null;
}
