import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ApiClient } from './api/client';
import type { Session, SessionState } from './auth/session';
import type { UploadQueue } from './upload/queue';

/** What lives as long as the page and is shared by all of it. */
export interface Services {
  session: Session;
  api: ApiClient;
  uploads: UploadQueue;
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

export function useUploads(): UploadQueue {
  return useServices().uploads;
}

export function useSession(): [SessionState, Session] {
  const { session } = useServices();
  return [useSyncExternalStore(session.subscribe, session.snapshot), session];
}
