/** Coordinates as people read, write and open them. */
import type { LocationData } from '@/api';

type Spot = Pick<LocationData, 'latitude' | 'longitude'>;

export const isSpot = ({ latitude, longitude }: Spot): boolean =>
  Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;

/** `39.91667, 116.39722`: to about a metre. */
export const spot = ({ latitude, longitude }: Spot): string =>
  `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

/** Two numbers with anything sensible between them. */
export function spotOf(text: string): Spot | null {
  const [latitude, longitude, ...more] = (text.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  if (latitude === undefined || longitude === undefined || more.length > 0) return null;
  const found = { latitude, longitude };
  return isSpot(found) ? found : null;
}

/** Phones ask their own map; elsewhere it is the open one. */
export function mapAddress(place: LocationData, isPhone: boolean): string {
  const { latitude, longitude, title } = place;
  if (isPhone)
    return `geo:${latitude},${longitude}?q=${latitude},${longitude}(${encodeURIComponent(title || spot(place))})`;
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
}
