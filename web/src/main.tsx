import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { ApiClient } from './api/client';
import { App } from './app';
import { ServicesContext } from './app-context';
import { Session } from './auth/session';
import { UploadMemory } from './upload/memory';
import { UploadQueue } from './upload/queue';
import './styles/base.css';

const session = new Session();
const base = (import.meta.env.VITE_API_URL ?? '').replace(/\/+$/, '');
const api = new ApiClient(base, session);
const uploads = new UploadQueue(api, new UploadMemory(localStorage));

// What an earlier visit left under way can be asked for as soon as somebody is signed in.
const stopWaiting = session.subscribe(() => {
  if (!session.token) return;
  stopWaiting();
  void uploads.restore();
});
void session.start();

window.addEventListener('beforeunload', (event) => {
  if (uploads.busy()) event.preventDefault();
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root element.');
createRoot(root).render(
  <StrictMode>
    <ServicesContext value={{ session, api, uploads }}>
      <BrowserRouter>
        <App />
      </BrowserRouter>
    </ServicesContext>
  </StrictMode>,
);
