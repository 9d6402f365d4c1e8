/** The first line of the client. */
import { createRoot } from 'react-dom/client';
import { startApp } from '@/app/start';
import './ui/base.css';

const root = document.getElementById('root');
if (root) void startApp(createRoot(root));
