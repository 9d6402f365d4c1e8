/** A text as a picture for phones to read: dark on white paper in both themes. */
import QRCode from 'qrcode';
import { useEffect, useState } from 'react';
import styles from './QrCode.module.css';

export function QrCode({ text, label, size = 180 }: { text: string; label: string; size?: number }) {
  const [picture, setPicture] = useState<string>();
  useEffect(() => {
    let wanted = true;
    QRCode.toString(text, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' }).then(
      (svg) => {
        if (wanted) setPicture(`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`);
      },
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [text]);
  return (
    <span className={styles.paper} style={{ width: size + 24, height: size + 24 }}>
      {picture ? <img src={picture} alt={label} width={size} height={size} /> : null}
    </span>
  );
}
