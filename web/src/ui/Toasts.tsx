/** One dark toast at a time, bottom centre; 4 s, with an act 8 s, paused while pointed at. Also for undo. */
import { CircleAlert } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import styles from './Toasts.module.css';

export type Toast = {
  words: ReactNode;
  tone?: 'plain' | 'failed';
  act?: { label: string; run: () => void };
  /** Waits until the toast that is shown has gone; of several that wait, the last is shown. */
  waits?: boolean;
};
type Shown = Toast & { id: number };

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

/** Shows a toast. Never for a success one can see. */
export const useToast = () => useContext(ToastContext);

let lastId = 0;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [next, setNext] = useState<Shown | null>(null);
  // A toast that goes under the pointer is never left by it.
  const [held, setHeld] = useState<number | null>(null);
  const show = useCallback((toast: Toast) => {
    lastId += 1;
    (toast.waits ? setNext : setShown)({ ...toast, id: lastId });
  }, []);
  useEffect(() => {
    if (!shown || held === shown.id) return;
    const timer = setTimeout(() => setShown(null), shown.act ? 8000 : 4000);
    return () => clearTimeout(timer);
  }, [shown, held]);
  useEffect(() => {
    if (shown || !next) return;
    setShown(next);
    setNext(null);
  }, [shown, next]);
  return (
    <ToastContext value={show}>
      {children}
      <div className={styles.lane} role={shown?.tone === 'failed' ? 'alert' : 'status'}>
        {shown ? (
          <div
            key={shown.id}
            className={styles.toast}
            data-toast
            onPointerEnter={() => setHeld(shown.id)}
            onPointerLeave={() => setHeld(null)}
          >
            {shown.tone === 'failed' ? (
              <CircleAlert className={styles.failed} size={16} strokeWidth={1.75} />
            ) : null}
            <span>{shown.words}</span>
            {shown.act ? (
              <button
                type="button"
                className={styles.act}
                onClick={() => {
                  shown.act?.run();
                  setShown(null);
                }}
              >
                {shown.act.label}
              </button>
            ) : null}
          </div>
        ) : null}
      </div>
    </ToastContext>
  );
}
