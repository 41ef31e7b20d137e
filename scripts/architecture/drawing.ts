/** The plain-text description of a picture, read; `docs/architecture.txt` explains it. Numbers are pixels. */
export interface Drawing {
  width: number;
  height: number;
  frames: (Area & { title: string })[];
  boxes: Box[];
  arrows: { from: Box; to: Box; label: string }[];
}

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Box extends Area {
  id: string;
  kind: string;
  /** The first is the title. */
  lines: string[];
}

/** @throws Error naming the line that cannot be understood */
export function readDrawing(text: string): Drawing {
  const drawing: Drawing = { width: 0, height: 0, frames: [], boxes: [], arrows: [] };
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    if (!readLine(drawing, line))
      throw new Error(`The drawing has a line that cannot be understood: ${line}`);
  }
  return drawing;
}

function readLine(drawing: Drawing, line: string): boolean {
  const [head = '', label = ''] = line.split(' : ');
  const [what, ...words] = head.trim().split(/\s+/);
  const area = (numbers: string[]): Area | undefined => {
    const [x, y, width, height] = numbers.map(Number);
    return numbers.length === 4 && numbers.every((number) => /^\d+$/.test(number))
      ? ({ x, y, width, height } as Area)
      : undefined;
  };
  if (what === 'size') {
    const [width = 0, height = 0] = words.map(Number);
    Object.assign(drawing, { width, height });
    return width > 0 && height > 0;
  }
  if (what === 'frame') {
    const place = area(words);
    if (place) drawing.frames.push({ ...place, title: label });
    return place !== undefined;
  }
  if (what === 'box') {
    const [id = '', kind = '', ...numbers] = words;
    const place = area(numbers);
    if (place) drawing.boxes.push({ id, kind, ...place, lines: label.split(' | ') });
    return place !== undefined;
  }
  const [from, to] = words.map((id) => drawing.boxes.find((box) => box.id === id));
  if (what !== 'arrow' || !from || !to) return false;
  drawing.arrows.push({ from, to, label });
  return true;
}
