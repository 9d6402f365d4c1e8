/** The lane: flat walls, roofs, a gate, a tree and pigeons; by day, and at night when the theme is dark. */
import type { CSSProperties } from 'react';
import styles from './Lane.module.css';

const width = 777;
const depth = 292;

/** Where the left wall's top and foot are at a distance from the edge of the picture. */
const top = (x: number) => 318 + (119 * x) / 297;
const foot = (x: number) => 868 - (200 * x) / 286;
const at = (x: number, share: number) => `${x},${(top(x) + (foot(x) - top(x)) * share).toFixed(1)}`;

/** A stone of the wall in perspective: from x to x, between two shares of the wall's height. */
const stone = (from: number, to: number, high: number, low: number) =>
  `${at(from, high)} ${at(to, high)} ${at(to, low)} ${at(from, low)}`;

const stones: [number, number, number, number][] = [
  [0, 27, 0.02, 0.08],
  [49, 75, 0.11, 0.19],
  [130, 156, 0.0, 0.08],
  [64, 91, 0.24, 0.32],
  [0, 27, 0.45, 0.53],
  [78, 104, 0.6, 0.68],
  [48, 74, 0.68, 0.76],
  [142, 168, 0.5, 0.58],
  [64, 91, 0.79, 0.86],
  [113, 139, 0.82, 0.89],
  [178, 204, 0.08, 0.16],
  [178, 204, 0.68, 0.76],
  [202, 228, 0.58, 0.66],
  [243, 269, 0.32, 0.4],
  [259, 285, 0.44, 0.52],
  [243, 269, 0.82, 0.9],
  [206, 232, 0.28, 0.36],
  [0, 27, 0.88, 0.95],
  [130, 156, 0.93, 0.985],
];

/** The other wall wears its stones elsewhere, and keeps them off its door. */
const otherStones = stones.filter(([from]) => from < 48 || from > 180);

const tiles = Array.from({ length: 17 }, (_, tile) => 8 + tile * 17);
const tileTop = (x: number) => 273 + (142 * x) / 297;

function Wall({ door }: { door: boolean }) {
  return (
    <g>
      <polygon className={styles.wall} points={`0,300 ${depth},428 ${depth - 1},664 0,868`} />
      {(door ? otherStones : stones).map((place) => (
        <polygon key={place.join()} className={styles.stone} points={stone(...place)} />
      ))}
      <polygon className={styles.roof} points="0,273 297,415 297,437 0,318" />
      {tiles.map((x) => (
        <path key={x} className={styles.tile} d={`M${x} ${tileTop(x)} L${x} ${top(x)}`} />
      ))}
    </g>
  );
}

function Window() {
  return (
    <g>
      <polygon className={styles.frame} points="115,447 193,470 193,581 115,588" />
      <polygon className={styles.pane} points="119,452 189,473 189,577 119,584" />
      <path
        className={styles.bars}
        d="M141 458 L141 582 M166 466 L166 580 M118 497 L190 508 M118 541 L190 543"
      />
    </g>
  );
}

function SideDoor() {
  return (
    <g>
      <polygon className={styles.doorSide} points="583,474 638,452 638,747 583,714" />
      <path className={styles.doorSeam} d="M609.5 464 L609.5 731" />
      <circle className={styles.gold} cx="602" cy="594" r="4" />
      <circle className={styles.gold} cx="616.5" cy="595.5" r="4.3" />
      <polygon className={styles.roof} points="575,467 645,432 645,449 577,481" />
    </g>
  );
}

function Tree() {
  return (
    <g>
      <circle className={styles.leafDark} cx="122" cy="282" r="55" />
      <circle className={styles.leafDark} cx="215" cy="292" r="48" />
      <circle className={styles.leafPale} cx="55" cy="296" r="43" />
      <circle className={styles.leaf} cx="177" cy="246" r="65" />
      <circle className={styles.leafPale} cx="95" cy="316" r="34" />
      <circle className={styles.leaf} cx="152" cy="322" r="50" />
      {[
        [171, 228],
        [198, 247],
        [142, 264],
        [189, 278],
        [58, 293],
        [105, 296],
        [213, 307],
        [136, 329],
      ].map(([x, y]) => (
        <g key={x}>
          <circle className={styles.fruit} cx={x} cy={y} r="7" />
          <path className={styles.stalk} d={`M${(x ?? 0) - 3.5} ${(y ?? 0) - 6.5} h7`} />
        </g>
      ))}
    </g>
  );
}

const birds = [
  [457, 236],
  [525, 229],
  [492, 256],
  [484, 284],
] as const;

function Gate() {
  const studs = [348, 361, 375, 403, 416, 430];
  return (
    <g>
      <path
        className={styles.far}
        d="M367 320 h5 v18 h-5 Z M369.5 338 L365 374 L374 374 Z M341 404 A28.5 28.5 0 0 1 398 404 Z"
      />
      <rect className={styles.post} x="329" y="466" width="120" height="196" />
      <rect className={styles.lintel} x="334" y="471" width="110" height="18" />
      <rect className={styles.plaque} x="371" y="474" width="36" height="12" rx="2" />
      <rect className={styles.door} x="334" y="490" width="110" height="170" />
      <path className={styles.doorSeam} d="M389 490 L389 660" />
      {studs.flatMap((x) =>
        [512, 532, 551, 570].map((y) => (
          <circle key={`${x} ${y}`} className={styles.gold} cx={x} cy={y} r="2.7" />
        )),
      )}
      <circle className={styles.ring} cx="377" cy="594" r="6.3" />
      <circle className={styles.ring} cx="400" cy="594" r="6.3" />
      <path
        className={styles.roof}
        d="M334 408 C330 428 315 440 292 442 L292 462 L486 462 L486 442 C463 440 448 428 444 408 Z"
      />
      {[-8, -6, -4, -2, 0, 2, 4, 6, 8].map((rib) => (
        <path
          key={rib}
          className={styles.tile}
          d={`M${389 + rib * 5.6} 411 C${389 + rib * 6.2} 432 ${389 + rib * 8} 446 ${389 + rib * 9.6} 459`}
        />
      ))}
      <rect className={styles.ridge} x="331" y="403" width="116" height="9" rx="3" />
      <rect className={styles.eave} x="292" y="461" width="194" height="8" />
      <rect className={styles.step} x="317" y="660" width="144" height="10" />
    </g>
  );
}

function Lantern() {
  return (
    <g>
      <circle fill="url(#lane-lamp)" cx="669" cy="479" r="58" />
      <path className={styles.cord} d="M669 364 L669 458" />
      <ellipse className={styles.lantern} cx="669" cy="479" rx="16.5" ry="20" />
      <rect className={styles.lanternEnd} x="661" y="456" width="16" height="5" rx="1.5" />
      <rect className={styles.lanternEnd} x="661" y="497" width="16" height="5" rx="1.5" />
    </g>
  );
}

function Lights() {
  return (
    <defs>
      <linearGradient id="lane-sky" x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="var(--laneSky)" />
        <stop offset="0.6" stopColor="var(--laneSkyLow)" />
      </linearGradient>
      <radialGradient id="lane-lamp">
        <stop offset="0" stopColor="var(--laneLight)" stopOpacity="0.75" />
        <stop offset="1" stopColor="var(--laneLight)" stopOpacity="0" />
      </radialGradient>
    </defs>
  );
}

export function Lane({ style }: { style?: CSSProperties }) {
  return (
    <svg
      className={styles.lane}
      style={style}
      viewBox={`0 0 ${width} 868`}
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
      focusable="false"
    >
      <Lights />
      <rect width={width} height="868" fill="url(#lane-sky)" />
      <circle className={styles.sun} cx="583" cy="222" r="48.5" />
      {birds.map(([x, y]) => (
        <path key={x} className={styles.bird} d={`M${x} ${y} q7 -6 13 0 q7 -6 14 -1`} />
      ))}
      <Tree />
      <path className={styles.hill} d="M260 450 C300 415 340 420 389 432 C440 418 480 416 520 452 Z" />
      <polygon className={styles.ground} points="280,664 498,664 777,868 0,868" />
      <path className={styles.seam} d="M268 680 H510 M237 709 H541 M179 757 H599 M97 825 H681" />
      <Wall door={false} />
      <g transform={`translate(${width}) scale(-1 1)`}>
        <Wall door />
      </g>
      <circle className={styles.gateLight} fill="url(#lane-lamp)" cx="389" cy="610" r="150" />
      <ellipse className={styles.gateLight} fill="url(#lane-lamp)" cx="389" cy="672" rx="170" ry="60" />
      <Gate />
      <Window />
      <SideDoor />
      <Lantern />
    </svg>
  );
}
