/** A voice as bars; what has been heard of it in colour. */
import styles from './Voice.module.css';

const heightMin = 3;
const heightMax = 26;
const step = 4;

type Props = { bars: readonly number[]; share: number };

export function Waveform({ bars, share }: Props) {
  const shown = bars.length > 0 ? bars : [40, 90, 60, 140, 80, 120, 50, 100, 70, 40];
  const width = shown.length * step - 1;
  return (
    <svg
      className={styles.wave}
      viewBox={`0 0 ${width} ${heightMax}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {shown.map((bar, at) => {
        const height = Math.max(heightMin, (bar / 255) * heightMax);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={at}
            x={at * step}
            y={(heightMax - height) / 2}
            width={step - 2}
            height={height}
            rx={1}
            data-heard={at / shown.length < share || undefined}
          />
        );
      })}
    </svg>
  );
}
