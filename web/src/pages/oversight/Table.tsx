import type { ReactNode } from 'react';

interface Props {
  title: string;
  head: readonly string[];
  /** The first cell of each row names it. */
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
}

/** A table of names and figures that scrolls by itself on a phone. */
export function Table({ title, head, rows }: Props) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={title}>
      <table>
        <thead>
          <tr>
            {head.map((name, at) => (
              <th key={name} scope="col" className={at === 0 ? undefined : 'number'}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [name, ...figures] }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {figures.map((figure, at) => (
                <td key={head[at + 1]} className="number">{figure}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
