/** The ring: four notes, a pause, again; made on the spot, so that no file is fetched while somebody waits. */
import { note } from '../prejoin/chime';

const MELODY_HZ = [659.25, 783.99, 987.77, 783.99] as const;
const STEP_S = 0.22;
const EVERY_MS = 3000;

/** Rings until the returned function is called. Silent while the browser waits for a first touch. */
export function startRinging(): () => void {
  const context = new AudioContext();
  const ring = () => {
    if (context.state === 'suspended') void context.resume().catch(() => undefined);
    MELODY_HZ.forEach((hz, index) => {
      note(context, hz, context.currentTime + index * STEP_S, 0.16);
    });
  };
  ring();
  const timer = setInterval(ring, EVERY_MS);
  return () => {
    clearInterval(timer);
    void context.close().catch(() => undefined);
  };
}
