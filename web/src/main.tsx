import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { ApiClient } from './api/client';
import { App } from './app';
import { ServicesContext } from './app-context';
import { localShelf, Visitor } from './audience/visitor';
import { Session } from './auth/session';
import { startUploads } from './upload/start';
import './styles/base.css';

const session = new Session();
const base = (import.meta.env.VITE_API_URL ?? '').replace(/\/+$/, '');
const api = new ApiClient(base, session);
const uploads = startUploads(api, session);
const visitor = new Visitor(localShelf());
void session.start();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root element.');
createRoot(root).render(
  <StrictMode>
    <ServicesContext value={{ session, api, uploads, visitor }}>
      <BrowserRouter>
        <App />
      </BrowserRouter>
    </ServicesContext>
  </StrictMode>,
);
