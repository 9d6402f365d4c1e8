/** The mark: two walls facing each other, a gate beam between them. It reads as a lane, as H, and as two people. */

const leftWall = 'M5.5 6.2 L12.2 9.6 L12.2 24.2 L5.5 27.2 Z';
const rightWall = 'M26.5 6.2 L19.8 9.6 L19.8 24.2 L26.5 27.2 Z';
const beam = 'M12.2 13.1 Q16 14.6 19.8 13.1 L19.8 16.3 Q16 18.2 12.2 16.3 Z';

export function Mark({ size = 32, plain = false }: { size?: number; plain?: boolean }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      {plain ? null : <rect width="32" height="32" rx="8.5" fill="#0E7A66" />}
      <path d={leftWall} fill={plain ? 'var(--primary)' : '#FFFFFF'} />
      <path d={rightWall} fill={plain ? 'var(--primary)' : '#FFFFFF'} />
      <path d={beam} fill={plain ? 'var(--danger)' : '#FFB3A1'} />
    </svg>
  );
}
