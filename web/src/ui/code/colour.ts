/** What a piece of code is made of. It is loaded when the first code is shown; the grammars come with it. */
import { common, createLowlight } from 'lowlight';

/** A piece of code: a text, or pieces that are of one sort. */
export type Piece = string | { sort: Sort | null; pieces: Piece[] };

export type Sort = 'keyword' | 'string' | 'number' | 'comment' | 'title' | 'type' | 'name' | 'removed';

const sorts: Record<Sort, string> = {
  keyword: 'keyword selector-tag tag template-tag doctag meta literal',
  string: 'string regexp char addition code link',
  number: 'number symbol bullet',
  comment: 'comment quote',
  title: 'title section',
  type: 'type built_in class',
  name: 'attr attribute variable template-variable property name selector-id selector-class selector-attr',
  removed: 'deletion',
};

const sortOf = new Map<string, Sort>(
  Object.entries(sorts).flatMap(([sort, classes]) =>
    classes.split(' ').map((name): [string, Sort] => [`hljs-${name}`, sort as Sort]),
  ),
);

const lowlight = createLowlight(common);

type Nodes = ReturnType<typeof lowlight.highlight>['children'];

/** The pieces of a code in a language, by its name or the ending of its files; nothing of a language that is not known. */
export function colour(text: string, language: string): Piece[] | null {
  const known = language.toLowerCase();
  return lowlight.registered(known) ? piecesOf(lowlight.highlight(known, text).children) : null;
}

function piecesOf(nodes: Nodes): Piece[] {
  return nodes.flatMap((node): Piece[] => {
    if (node.type === 'text') return [node.value];
    if (node.type !== 'element') return [];
    const classes = Array.isArray(node.properties.className) ? node.properties.className : [];
    const sort = classes.map((name) => sortOf.get(String(name))).find((found) => found !== undefined);
    return [{ sort: sort ?? null, pieces: piecesOf(node.children) }];
  });
}
