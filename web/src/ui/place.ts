/** Names an object by its address. Registers often end the address with the key, which stands beside it anyway. */
interface Named {
  object_title: string;
  object_key: string;
}

export function placeName({ object_title: title, object_key: key }: Named): string {
  const short = title.endsWith(key) ? title.slice(0, -key.length).replace(/[\s,;]+$/, '') : title;
  return short === '' ? key : short;
}
