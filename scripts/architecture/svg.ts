import type { Area, Box, Drawing } from './drawing.ts';

/** White text on these is legible, and they stand out from a white and from a dark page alike. */
const FILLS: Record<string, string> = {
  person: '#57606a',
  stack: '#8250df',
  entity: '#0969da',
  redis: '#b3361f',
};
/** Legible on white and on the dark grey of code hosts. */
const LINE = '#768390';
const FONT = `font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"`;

/** Draws the picture. It has no background of its own. */
export function toSvg({ width, height, frames, boxes, arrows }: Drawing, description: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ${FONT}>`,
    `<title>${escapeXml(description)}</title>`,
    `<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto"><path d="M0 0L9 4L0 8z" fill="${LINE}"/></marker></defs>`,
    ...frames.map(
      ({ title, ...area }) =>
        `<rect ${place(area)} rx="10" fill="none" stroke="${LINE}" stroke-width="1.5" stroke-dasharray="6 4"/>` +
        text(area.x + 14, area.y + 24, title, `fill="${LINE}" font-size="15" font-weight="600"`),
    ),
    ...arrows.map(({ from, to }) => {
      const points = path(from, to).map(([x, y]) => `${x},${y}`);
      return `<polyline points="${points.join(' ')}" fill="none" stroke="${LINE}" stroke-width="1.8" marker-end="url(#head)"/>`;
    }),
    ...boxes.map(drawBox),
    ...arrows.filter(({ label }) => label).map(({ from, to, label }) => drawLabel(path(from, to), label)),
    '</svg>',
    '',
  ].join('\n');
}

function drawBox({ kind, lines, ...area }: Box): string {
  const middle = area.x + area.width / 2;
  const first = area.y + area.height / 2 + 5 - (lines.length - 1) * 10;
  const rows = lines.map((line, index) =>
    text(
      middle,
      first + index * 20,
      line,
      `fill="#fff" text-anchor="middle" ${index === 0 ? 'font-size="15" font-weight="600"' : 'font-size="13"'}`,
    ),
  );
  return `<rect ${place(area)} rx="7" fill="${FILLS[kind] ?? LINE}"/>${rows.join('')}`;
}

/** The number of a step: near the start of a straight arrow, near the head of one with corners. */
function drawLabel(points: [number, number][], label: string): string {
  const [[fromX, fromY] = [0, 0], [x, y] = [0, 0]] = points.slice(-2);
  const [centreX, centreY] =
    fromX === x ? [x, (fromY + y) / 2 - 3] : [points.length === 2 ? fromX + 24 : x - 24, y];
  return (
    `<circle cx="${centreX}" cy="${centreY}" r="10" fill="${LINE}"/>` +
    text(centreX, centreY + 4.5, label, 'fill="#fff" font-size="13" font-weight="600" text-anchor="middle"')
  );
}

/** From edge to edge: straight down or up, or sideways with a corner in the middle. */
function path(from: Area, to: Area): [number, number][] {
  const middle = ({ y, height }: Area) => y + height / 2;
  if (to.y > from.y + from.height && to.x === from.x)
    return [
      [from.x + from.width / 2, from.y + from.height],
      [to.x + to.width / 2, to.y],
    ];
  if (to.y + to.height < from.y && to.x === from.x)
    return [
      [from.x + from.width / 2, from.y],
      [to.x + to.width / 2, to.y + to.height],
    ];
  const [start, end] = to.x > from.x ? [from.x + from.width, to.x] : [from.x, to.x + to.width];
  if (middle(from) === middle(to)) return [start, end].map((x) => [x, middle(from)] as [number, number]);
  const corner = (start + end) / 2 - 10;
  return [
    [start, middle(from)],
    [corner, middle(from)],
    [corner, middle(to)],
    [end, middle(to)],
  ];
}

const place = ({ x, y, width, height }: Area) => `x="${x}" y="${y}" width="${width}" height="${height}"`;
const text = (x: number, y: number, content: string, style: string) =>
  `<text x="${x}" y="${y}" ${style}>${escapeXml(content)}</text>`;
const escapeXml = (content: string) =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
