/** A text as a picture for phones, on white in both themes. */
import QRCode from 'qrcode';
import { useEffect, useState } from 'react';
import styles from './QrCode.module.css';

export function QrCode({ text, label, size = 148 }: { text: string; label: string; size?: number }) {
  const [picture, setPicture] = useState<string>();
  useEffect(() => {
    let wanted = true;
    void QRCode.toString(text, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' }).then((svg) => {
      if (wanted) setPicture(`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`);
    });
    return () => {
      wanted = false;
    };
  }, [text]);
  return (
    <span className={styles.paper}>
      {picture ? <img src={picture} alt={label} width={size} height={size} /> : null}
    </span>
  );
}
