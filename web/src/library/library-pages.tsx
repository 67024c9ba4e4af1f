import { Route, Routes } from 'react-router';
import { NotFound } from '../layout/not-found';
import { DuplicatesPage } from './duplicates-page';
import { LibraryPage } from './library-page';
import { StoragePage } from './storage-page';
import './library.css';
import './table.css';
import './filters.css';
import './drawer.css';
import './dialogs.css';
import './views.css';

export function LibraryPages() {
  return (
    <Routes>
      <Route index element={<LibraryPage />} />
      <Route path="duplicates" element={<DuplicatesPage />} />
      <Route path="storage" element={<StoragePage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
