// Sorts by a click on a column's head, and shows only what is searched for or has the findings that are pressed.
const body = document.querySelector('tbody');
const rows = [...body.querySelectorAll('tr')];
const heads = [...document.querySelectorAll('th')];
const tiles = [...document.querySelectorAll('.tile')];
const search = document.querySelector('input');
const shown = document.querySelector('#shown');
const order = new Intl.Collator('en', { numeric: true });

const keyOf = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent;

for (const [column, head] of heads.entries()) {
  head.querySelector('button').addEventListener('click', () => {
    const ascending = head.getAttribute('aria-sort') !== 'ascending';
    for (const other of heads) other.setAttribute('aria-sort', 'none');
    head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
    const sign = ascending ? 1 : -1;
    rows.sort((a, b) => sign * order.compare(keyOf(a, column), keyOf(b, column)));
    body.append(...rows);
  });
}

function filter() {
  const words = search.value.toLowerCase().split(' ').filter(Boolean);
  const pressed = tiles
    .filter((tile) => tile.getAttribute('aria-pressed') === 'true')
    .map((tile) => tile.dataset.finding);
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    const findings = row.dataset.findings.split(',');
    const wanted = pressed.length === 0 || pressed.some((finding) => findings.includes(finding));
    row.hidden = !(wanted && words.every((word) => text.includes(word)));
  }
  const count = rows.filter((row) => !row.hidden).length;
  shown.textContent = count === rows.length ? '' : `${count} of ${rows.length} shown`;
}

for (const tile of tiles) {
  tile.addEventListener('click', () => {
    tile.setAttribute('aria-pressed', String(tile.getAttribute('aria-pressed') !== 'true'));
    filter();
  });
}
search.addEventListener('input', filter);
