// `/api/`: what programs can ask, readable.
import type { ApiRoute } from '../api/route.js';
import type { PageRoute } from './route.js';

export const apiIndexPage = (routes: readonly ApiRoute[]): PageRoute => ({
  method: 'GET',
  path: '/api/',
  right: 'see',
  answer: async () => ({
    kind: 'page',
    title: 'API',
    body: (
      <>
        <header>
          <h1>API</h1>
          <p class="lede">What these pages do, a program does too.</p>
          <p>
            The same as a document for machines: <a href="/api/v1/openapi.json">OpenAPI 3.1</a>. Who asks has
            a token: <code>Authorization: Bearer …</code>. Errors are problem details.
          </p>
        </header>
        {[...new Set(routes.map(({ tag }) => tag))].map((tag) => (
          <Tag key={tag} tag={tag} routes={routes.filter((route) => route.tag === tag)} />
        ))}
      </>
    ),
  }),
});

const Tag = ({ tag, routes }: { readonly tag: string; readonly routes: readonly ApiRoute[] }) => (
  <section aria-labelledby={`tag-${tag}`}>
    <h2 id={`tag-${tag}`}>{tag}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Address</th>
          <th scope="col">Does</th>
          <th scope="col">Right</th>
        </tr>
      </thead>
      <tbody>
        {routes.map(({ method, path, summary, right, example }) => (
          <tr key={`${method} ${path}`}>
            <th scope="row">
              <code>
                {method.toUpperCase()} /api/v1{path}
              </code>
            </th>
            <td>
              {summary}
              {example === undefined ? undefined : <pre>{JSON.stringify(example, undefined, 2)}</pre>}
            </td>
            <td>{right}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);
