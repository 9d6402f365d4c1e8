import { describe, expect, it } from 'vitest';
import { mapAddress, spot, spotOf } from './spot';

describe('places', () => {
  it.each([
    ['39.9167, 116.3972', '39.91670, 116.39720'],
    ['39.9167，116.3972', '39.91670, 116.39720'],
    ['-33.9 18.4', '-33.90000, 18.40000'],
  ])('%s is %s', (text, said) => {
    const found = spotOf(text);
    expect(found && spot(found)).toBe(said);
  });
  it.each(['', '39.9', '120, 39', '1,2,3', 'here'])('%s is nowhere', (text) =>
    expect(spotOf(text)).toBeNull(),
  );
  it('opens the map of the device', () => {
    const place = { latitude: 1.5, longitude: 2.5, title: '门口', address: '' };
    expect(mapAddress(place, true)).toBe('geo:1.5,2.5?q=1.5,2.5(%E9%97%A8%E5%8F%A3)');
    expect(mapAddress(place, false)).toContain('openstreetmap.org/?mlat=1.5&mlon=2.5');
  });
});
