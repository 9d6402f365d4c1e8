/** A PDF, page below page; each is drawn when it comes near. The library is fetched with the first one. */
import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SkeletonRows } from '@/ui';
import { Nothing } from './Viewer';
import styles from './Viewer.module.css';
import type { Viewable } from './viewable';

GlobalWorkerOptions.workerSrc = workerUrl;

const pagesMax = 500;
const pixelsMax = 3000 * 3000;

/** The proportions of a page before it has been read. */
const usualShape = Math.SQRT2;

function useDocument(url: string) {
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const task = getDocument({
      url,
      cMapUrl: '/pdf/cmaps/',
      cMapPacked: true,
      standardFontDataUrl: '/pdf/fonts/',
      enableXfa: false,
    });
    let wanted = true;
    task.promise.then(
      (read) => wanted && setPdf(read),
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
      void task.destroy();
    };
  }, [url]);
  return { pdf, failed };
}

export default function PdfStage({ file }: { file: Viewable }) {
  const { t } = useTranslation('drive');
  const { pdf, failed } = useDocument(file.url);
  if (failed) return <Nothing file={file} />;
  if (!pdf) return <SkeletonRows rows={6} avatar={false} />;
  const numbers = Array.from({ length: Math.min(pdf.numPages, pagesMax) }, (_, at) => at + 1);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className={styles.pages} tabIndex={0} aria-label={file.name}>
      {numbers.map((number) => (
        <Page
          key={number}
          pdf={pdf}
          number={number}
          label={t('viewer.page', { number, count: pdf.numPages })}
        />
      ))}
    </section>
  );
}

function Page({ pdf, number, label }: { pdf: PDFDocumentProxy; number: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isNear, setNear] = useState(number === 1);
  const [shape, setShape] = useState(usualShape);
  useEffect(() => {
    const box = canvas.current;
    if (!box) return;
    const watch = new IntersectionObserver(
      ([seen]) => {
        if (seen?.isIntersecting) setNear(true);
      },
      { rootMargin: '800px' },
    );
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const box = canvas.current;
    if (!isNear || !box) return;
    let stop: () => void = () => undefined;
    let wanted = true;
    void pdf.getPage(number).then((page) => {
      if (!wanted) return;
      const plain = page.getViewport({ scale: 1 });
      const sharp = (box.clientWidth / plain.width) * Math.min(2, window.devicePixelRatio || 1);
      const scale = Math.min(sharp, Math.sqrt(pixelsMax / (plain.width * plain.height)));
      const viewport = page.getViewport({ scale });
      box.width = Math.floor(viewport.width);
      box.height = Math.floor(viewport.height);
      setShape(plain.height / plain.width);
      const drawing = page.render({ canvas: box, viewport });
      stop = () => drawing.cancel();
      drawing.promise.catch(() => undefined);
    });
    return () => {
      wanted = false;
      stop();
    };
  }, [isNear, pdf, number]);
  return (
    <canvas
      ref={canvas}
      className={styles.page}
      role="img"
      aria-label={label}
      style={{ aspectRatio: `1 / ${shape}` }}
    />
  );
}
