import { Route, Routes } from 'react-router';
import { NotFound } from '../layout/not-found';
import { OverviewPage } from './overview-page';
import { VideoAnalyticsPage } from './video-analytics-page';
import './analytics.css';

export function AnalyticsPages() {
  return (
    <Routes>
      <Route index element={<OverviewPage />} />
      <Route path=":id" element={<VideoAnalyticsPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
