/** Where somebody is: a name and an address. A map is opened only when one asks for it. */
import { ExternalLink, MapPin } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LocationData } from '@/api';
import { isHandheld } from '@/lib';
import styles from './Cards.module.css';
import { mapAddress, spot } from './spot';

export function PlaceCard({ place }: { place: LocationData }) {
  const { t } = useTranslation('chat');
  return (
    <div className={styles.card}>
      <span className={styles.pin} aria-hidden="true">
        <MapPin size={20} strokeWidth={1.75} />
      </span>
      <span className={styles.words}>
        <span className={styles.title}>{place.title || t('location.unnamed')}</span>
        <span className={styles.detail}>{place.address || spot(place)}</span>
        <a
          className={styles.act}
          href={mapAddress(place, isHandheld(navigator.userAgent))}
          target="_blank"
          rel="noreferrer noopener"
        >
          {t('location.open')}
          <ExternalLink size={13} strokeWidth={1.75} aria-hidden="true" />
        </a>
      </span>
    </div>
  );
}
