import test from 'ava';
import { may, type Right } from '../../src/access/rights.js';
import { developmentVisitor, type Role, roles, type Scope, scopes } from '../../src/access/visitor.js';

const rights: readonly Right[] = ['see', 'send', 'operate', 'administer'];

const person = (role: Role) => ({ name: 'anna', role, by: 'anna', seesNumbers: true });
const token = (...given: Scope[]) => ({ ...person('admin'), scopes: given });

const allowedTo = (visitor: ReturnType<typeof person> | ReturnType<typeof token>): string =>
  rights.filter((right) => may(visitor, right)).join(' ');

test('a role may do all that those before it may', (t) => {
  t.deepEqual(
    roles.map((role) => allowedTo(person(role))),
    ['see', 'see send operate', 'see send operate administer'],
  );
});

test('a token may do what its scopes say, whatever its role', (t) => {
  t.deepEqual(
    scopes.map((scope) => allowedTo(token(scope))),
    ['see', 'send', 'see send operate', 'see send operate administer'],
  );
  t.is(allowedTo(token('read', 'send')), 'see send');
  t.is(allowedTo(token()), '');
});

test('whoever is on the machine in development mode may do everything', (t) => {
  t.true(rights.every((right) => may(developmentVisitor, right)));
});
