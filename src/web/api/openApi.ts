import { type ZodType, z } from 'zod';
import { problemSchema } from './problem.js';
import type { ApiRoute } from './route.js';

type Json = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1 of all routes: made of the schemas that the server checks with. */
export const openApiDocument = (routes: readonly ApiRoute[], version: string): Json => ({
  openapi: '3.1.0',
  info: {
    title: 'threadless-router',
    version,
    description:
      'Errors are problem details (RFC 9457). A part of a path may stand percent-encoded, or with `~` and two hexadecimal digits for each byte that is not a letter, a digit, `+`, `-` or `_`: proxies leave that as it is.',
  },
  servers: [{ url: '/api/v1' }],
  security: [{ token: [] }],
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: { Problem: schemaOf(problemSchema, 'output') },
  },
  paths: pathsOf(routes),
});

const pathsOf = (routes: readonly ApiRoute[]): Json => {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return paths;
};

const operationOf = (route: ApiRoute): Json => ({
  operationId: operationId(route),
  summary: route.summary,
  tags: [route.tag],
  'x-right': route.right,
  parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
  ...(route.body === undefined
    ? {}
    : {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: schemaOf(route.body, 'input'),
              ...(route.example === undefined ? {} : { example: route.example }),
            },
          },
        },
      }),
  responses: { ...answersOf(route), default: problemAnswer },
});

/** `postBackendsNamePause`. */
const operationId = ({ method, path }: ApiRoute): string =>
  method +
  path
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const answersOf = ({ answers }: ApiRoute): Json =>
  Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, types = ['application/json'] }]) => [
      status,
      {
        description,
        ...(schema === undefined
          ? {}
          : {
              content: Object.fromEntries(
                types.map((type) => [type, { schema: schemaOf(schema, 'output') }]),
              ),
            }),
      },
    ]),
  );

const problemAnswer = {
  description: 'It did not work; why.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const parametersOf = (schema: ZodType | undefined, where: 'path' | 'query'): readonly Json[] => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...type } = property;
    return {
      name,
      in: where,
      required: where === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: type,
    };
  });
};

const schemaOf = (schema: ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
};
