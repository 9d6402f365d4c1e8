/** The gallery of calls, only in development: `/gallery/grid`, `/gallery/share` and so on. */
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { hueOf } from '@/ui';
import { CallView } from '../views/CallView';
import { fakeCall, scenes } from './scenes';

const surroundings = {
  invitees: [
    { id: 'absent-1', name: '孙浩', avatarUrl: null },
    { id: 'absent-2', name: 'Sofia Rossi', avatarUrl: null },
  ],
  findPeople: async (words: string) => [{ id: 'found', name: words || '吴佳怡', avatarUrl: null }],
};

export default function Gallery() {
  const { scene = 'grid' } = useParams({ strict: false }) as { scene?: string };
  const { i18n } = useTranslation();
  const language = i18n.language === 'en' ? 'en' : 'zh-CN';
  const call = useMemo(() => fakeCall(scenes[scene]?.(language) ?? [], paint), [scene, language]);
  return <CallView call={call} surroundings={surroundings} />;
}

/** A painted picture in place of a camera. */
function paint(trackId: string, element: HTMLMediaElement): () => void {
  if (!(element instanceof HTMLVideoElement)) return () => undefined;
  const canvas = document.createElement('canvas');
  const screen = trackId.startsWith('screen');
  canvas.width = screen ? 1280 : 640;
  canvas.height = screen ? 720 : 360;
  const draw = canvas.getContext('2d');
  if (!draw) return () => undefined;
  const hue = hueOf(trackId);
  const timer = setInterval(() => {
    const sky = draw.createLinearGradient(0, 0, canvas.width, canvas.height);
    sky.addColorStop(0, screen ? '#fbfcfa' : '#d9dfd8');
    sky.addColorStop(1, screen ? '#f1f3f2' : hue);
    draw.fillStyle = sky;
    draw.fillRect(0, 0, canvas.width, canvas.height);
    draw.fillStyle = hue;
    if (screen) for (let row = 0; row < 4; row++) draw.fillRect(180 + row * 120, 200 + row * 110, 420, 56);
    else {
      draw.beginPath();
      draw.arc(canvas.width / 2, 150, 70, 0, 7);
      draw.ellipse(canvas.width / 2, 360, 160, 130, 0, 0, 7);
      draw.fill();
    }
  }, 100);
  element.srcObject = canvas.captureStream(10);
  void element.play().catch(() => undefined);
  return () => {
    clearInterval(timer);
    element.srcObject = null;
  };
}
