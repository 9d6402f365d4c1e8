/** Which fingers lead back. */
import { fireEvent, render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { useSwipeRight } from './swipe';

function Pane({ onBack }: { onBack: () => void }) {
  return (
    <div data-testid="pane" {...useSwipeRight(onBack)}>
      <input aria-label="field" />
    </div>
  );
}

function swipe(target: Element, to: { x: number; y: number }) {
  fireEvent.touchStart(target, { touches: [{ clientX: 20, clientY: 100 }] });
  fireEvent.touchEnd(target, { changedTouches: [{ clientX: to.x, clientY: to.y }] });
}

it('goes back for a finger that goes right, and for no other', () => {
  const back = vi.fn();
  render(<Pane onBack={back} />);
  const pane = screen.getByTestId('pane');
  swipe(pane, { x: 60, y: 100 });
  swipe(pane, { x: 160, y: 240 });
  swipe(screen.getByLabelText('field'), { x: 200, y: 100 });
  expect(back).not.toHaveBeenCalled();
  swipe(pane, { x: 160, y: 120 });
  expect(back).toHaveBeenCalledOnce();
});
