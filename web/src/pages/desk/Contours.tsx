import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

import { territoriesQuery } from '../../api/queries';
import type { Geometry, SignDetail } from '../../api/types';
import { usePack, type PackWords } from '../../app/pack';
import { LazyMap } from '../../map/LazyMap';
import { boundsOf, positionsOf } from '../../map/model';

type Picture = SignDetail['pictures'][number];

/** So many surveys are listed at first, newest first. */
const FIRST = 4;

/** The surveys of an object: one of them in full, the others as thin lines to compare with. */
export function Contours({ detail }: { detail: SignDetail }) {
  const words = usePack();
  const { t } = words;
  const { pictures } = detail;
  const { data: territories } = useQuery(territoriesQuery);
  // What a machine recognised is what a sign is about; a survey of the whole parcel would cover it.
  const [chosen, setChosen] = useState(() => Math.max(0, pictures.findIndex(({ confidence }) => confidence !== null && confidence !== undefined)));
  const [all, setAll] = useState(false);
  const content = useContent(detail, chosen);
  const shown = all ? pictures : pictures.slice(0, Math.max(FIRST, chosen + 1));
  return (
    <section className="card stack-small contours">
      <h3>{t('desk.pictures')}</h3>
      {content.bounds && territories && (
        <div className="contours-map">
          <LazyMap compact label={t('desk.pictures')} territories={territories.items} shapes={content.shapes} points={content.points} bounds={content.bounds} />
        </div>
      )}
      {pictures.length === 0 ? (
        <p className="faint">{t('desk.pictures_none')}</p>
      ) : (
        <>
          <p className="faint">{t(isDrawn(detail.object_geometry) ? 'desk.pictures_legend' : 'desk.pictures_legend_alone')}</p>
          <ul className="pictures">
            {shown.map((picture, index) => (
              <li key={index}>
                <button type="button" aria-pressed={index === chosen} onClick={() => setChosen(index)}>
                  <PictureLine picture={picture} words={words} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {shown.length < pictures.length && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {t('desk.pictures_more')} ({pictures.length})
        </button>
      )}
    </section>
  );
}

function isDrawn(outline: SignDetail['object_geometry']): outline is Geometry {
  return outline !== null && outline !== undefined && outline.type !== 'Point';
}

function useContent(detail: SignDetail, chosen: number) {
  return useMemo(() => {
    const { object_geometry: outline, location, pictures, sign } = detail;
    const found = pictures.map(({ geometry }, index) => ({ id: `found-${index}`, geometry, tone: index === chosen ? ('found' as const) : ('earlier' as const) }));
    // The object lies above what was found: where both run along one line, the registered one is seen.
    const shapes = [...found, ...(isDrawn(outline) ? [{ id: 'object', geometry: outline, tone: 'object' as const }] : [])];
    const positions = [...(location ? [location] : []), ...shapes.flatMap(({ geometry }) => positionsOf(geometry))];
    const points = shapes.length === 0 && location ? [{ id: 'object', position: location, category: sign.category, text: '', look: 'stop' as const }] : [];
    return { shapes, points, bounds: boundsOf(positions) };
  }, [detail, chosen]);
}

function PictureLine({ picture, words: { t, say, format } }: { picture: Picture; words: PackWords }) {
  const notes = [
    format.day(picture.seen_on),
    ...(picture.confidence !== null && picture.confidence !== undefined ? [t('desk.confidence', { share: format.share(picture.confidence) })] : []),
    ...picture.details.map((one) => `${say(one.title).toLowerCase()}: ${say(one.value)}`),
  ];
  return (
    <>
      {say(picture.title)} <span className="faint">{notes.join(' · ')}</span>
    </>
  );
}
