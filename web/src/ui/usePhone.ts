import { useEffect, useState } from 'react';

/** Tells whether the page has the layout of a phone; the width is that of the stylesheets. */
export function usePhone(): boolean {
  const query = '(max-width: 799px)';
  const [phone, setPhone] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const update = () => setPhone(media.matches);
    media.addEventListener('change', update);
    return () => media.removeEventListener('change', update);
  }, []);
  return phone;
}
