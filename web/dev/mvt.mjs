// Writes a Mapbox vector tile of points: enough for looking at the map without the server.

const EXTENT = 4096;

class Writer {
  bytes = [];
  varint(value) {
    let rest = value;
    while (rest > 127) {
      this.bytes.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.bytes.push(rest);
  }
  field(number, wire) {
    this.varint(number * 8 + wire);
  }
  number(field, value) {
    this.field(field, 0);
    this.varint(value);
  }
  block(field, bytes) {
    this.field(field, 2);
    this.varint(bytes.length);
    for (const byte of bytes) this.bytes.push(byte);
  }
  text(field, value) {
    this.block(field, new TextEncoder().encode(value));
  }
}

const zigzag = (value) => (value < 0 ? -2 * value - 1 : 2 * value);

function packed(values) {
  const writer = new Writer();
  for (const value of values) writer.varint(value);
  return writer.bytes;
}

function value(of) {
  const writer = new Writer();
  if (typeof of === 'number') writer.number(4, of);
  else writer.text(1, String(of));
  return writer.bytes;
}

/** Returns the position of a point in world tiles of a zoom. */
export function project({ lat, lon }, zoom) {
  const size = 2 ** zoom;
  const sin = Math.sin((lat * Math.PI) / 180);
  return { x: ((lon + 180) / 360) * size, y: (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * size };
}

/** Encodes layers `{ name: [{ x, y, properties }] }`, x and y as parts of the tile (0 to 1). */
export function encodeTile(layers) {
  const tile = new Writer();
  for (const [name, features] of Object.entries(layers)) {
    if (features.length === 0) continue;
    const layer = new Writer();
    const keys = [];
    const values = [];
    layer.number(15, 2);
    layer.text(1, name);
    for (const { x, y, properties } of features) {
      const tags = Object.entries(properties).flatMap(([key, item]) => {
        if (!keys.includes(key)) keys.push(key);
        let place = values.indexOf(item);
        if (place < 0) place = values.push(item) - 1;
        return [keys.indexOf(key), place];
      });
      const feature = new Writer();
      feature.block(2, packed(tags));
      feature.number(3, 1);
      feature.block(4, packed([9, zigzag(Math.round(x * EXTENT)), zigzag(Math.round(y * EXTENT))]));
      layer.block(2, feature.bytes);
    }
    for (const key of keys) layer.text(3, key);
    for (const item of values) layer.block(4, value(item));
    layer.number(5, EXTENT);
    tile.block(3, layer.bytes);
  }
  return Buffer.from(tile.bytes);
}
