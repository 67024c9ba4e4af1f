import { createContext, use, useContext, useSyncExternalStore } from 'react';
import type { ApiClient } from './api/client';
import type { Visitor } from './audience/visitor';
import { adminRole, type Session, type SessionState } from './auth/session';
import type { UploadQueue } from './upload/queue';

/** What lives as long as the page and is shared by all of it. */
export interface Services {
  session: Session;
  api: ApiClient;
  visitor: Visitor;
  uploads: () => Promise<UploadQueue>;
}

export const ServicesContext = createContext<Services | null>(null);

function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('This component needs a ServicesContext around it.');
  return services;
}

export function useApi(): ApiClient {
  return useServices().api;
}

export function useVisitor(): Visitor {
  return useServices().visitor;
}

/** Suspends until they are loaded. */
export function useUploads(): UploadQueue {
  return use(useServices().uploads());
}

export function useSession(): [SessionState, Session] {
  const { session } = useServices();
  return [useSyncExternalStore(session.subscribe, session.snapshot), session];
}

/** Whether somebody is signed in, and may see what is for administrators. */
export function useWho(): { signedIn: boolean; admin: boolean } {
  const [state] = useSession();
  const signedIn = state.status === 'signed-in';
  return { signedIn, admin: signedIn && adminRole(state.role) };
}
