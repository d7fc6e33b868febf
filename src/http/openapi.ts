import * as z from 'zod'
import { webhookEvents } from '../api/contract/webhooks.ts'
import { contract, type OperationName } from '../api/contract.ts'
import { pathFields, routeOf } from '../api/rest.ts'
import { type EventType, eventTypes } from '../base/event-type.ts'

type Json = Readonly<Record<string, unknown>>

/** The document that tells programs of the API (OpenAPI 3.1), from the schemas that requests and answers are checked by. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const name of Object.keys(contract) as OperationName[]) {
    const { method, path } = routeOf(name)
    const place = (paths[path] ??= {})
    place[method.toLowerCase()] = operationOf(name)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Posthorn',
      version: '1',
      description:
        'Everything that can be done to an installation. Who asks sees and changes what is theirs; what is not theirs is answered as if it were not there. ' +
        'A field that an operation does not know is refused. `Accept-Language` chooses the language of texts: en or de.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api' }],
    security: [{ token: [] }, { session: [] }],
    tags: [...new Set(Object.keys(contract).map(tagOf))].map((name) => ({ name })),
    paths,
    webhooks: Object.fromEntries(eventTypes.map((type) => [type, { post: webhookOf(type) }])),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'For programs.' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-posthorn', description: 'For the pages of this server, after POST /api/session.' },
      },
      schemas: { Problem: problem },
      responses: Object.fromEntries(
        Object.entries(problems).map(([status, { name, description, example }]) => [
          name,
          {
            description,
            content: {
              'application/problem+json': {
                schema: { $ref: '#/components/schemas/Problem' },
                example: { type: 'about:blank', status: Number(status), ...example },
              },
            },
          },
        ]),
      ),
    },
  }
}

function operationOf(name: OperationName): Json {
  const { path, hasBody } = routeOf(name)
  const { does, input, output } = contract[name]
  const inPath = pathFields(path)
  const fields = Object.entries(input.shape as Readonly<Record<string, z.ZodType>>)
  const others = fields.filter(([field]) => !inPath.includes(field))
  const parameters = [
    ...inPath.map((field) => parameter(field, 'path', (input.shape as Readonly<Record<string, z.ZodType>>)[field])),
    ...(hasBody ? [] : others.map(([field, schema]) => parameter(field, 'query', schema))),
  ]
  return {
    operationId: name,
    summary: does,
    tags: [tagOf(name)],
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody && others.length > 0 && { requestBody: bodyOf(z.strictObject(Object.fromEntries(others))) }),
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: schemaOf(output, 'output') } } },
      ...Object.fromEntries(Object.entries(problems).map(([status, { name: response }]) => [status, { $ref: `#/components/responses/${response}` }])),
    },
  }
}

/** What a webhook is sent. */
function webhookOf(type: EventType): Json {
  const { says, data } = webhookEvents[type]
  const payload = z.object({ type: z.literal(type), timestamp: z.iso.datetime().describe('When it happened.'), data })
  return {
    summary: says,
    tags: ['webhook'],
    security: [],
    parameters: webhookFields.map(([name, description]) => ({ name, in: 'header', required: true, description, schema: { type: 'string' } })),
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(payload, 'output') } } },
    responses: {
      '2XX': { description: 'It has arrived.' },
      410: { description: 'It is not wanted any more: the webhook is switched off.' },
      default: { description: 'It is sent again later: ten times, over three days. `Retry-After` is obeyed.' },
    },
  }
}

/** https://www.standardwebhooks.com */
const webhookFields = [
  ['webhook-id', 'Of the message; the same whenever it comes again.'],
  ['webhook-timestamp', 'Of this try: seconds since 1970. Refuse what is older than some minutes.'],
  [
    'webhook-signature',
    'One or two, with a space between: "v1," and the HMAC-SHA256 of "ID.TIMESTAMP.BODY" in base64, by the octets that the secret is base64 of after "whsec_". One that fits is enough.',
  ],
] as const

function parameter(name: string, where: 'path' | 'query', schema: z.ZodType | undefined): Json {
  const { description, ...rest } = schemaOf(schema ?? z.never(), 'input')
  const required = where === 'path' || schema?.safeParse(undefined).success === false
  return { name, in: where, required, ...(description !== undefined && { description }), schema: rest }
}

function bodyOf(schema: z.ZodObject): Json {
  return { required: !schema.safeParse({}).success, content: { 'application/json': { schema: schemaOf(schema, 'input') } } }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io })
  return json
}

/** "mailbox.add": mailbox. */
function tagOf(name: string): string {
  return name.split('.')[0] ?? name
}

const problem: Json = {
  type: 'object',
  description: 'RFC 9457.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'The same for all problems of a kind.' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'For people.' },
    errors: {
      type: 'array',
      description: 'What is wrong with which part of the input.',
      items: {
        type: 'object',
        properties: {
          pointer: {
            type: 'string',
            description: 'JSON pointer (RFC 6901) as a fragment; fields of path and query are named as if they stood in the body.',
          },
          detail: { type: 'string' },
        },
        required: ['pointer', 'detail'],
      },
    },
  },
  required: ['type', 'title', 'status'],
}

/** What every operation may answer instead, by status. */
const problems: Readonly<Record<number, { readonly name: string; readonly description: string; readonly example: Json }>> = {
  401: {
    name: 'NotSignedIn',
    description: 'Nobody who is known asks.',
    example: { title: 'Unauthorized', detail: 'sign in, or send a token' },
  },
  403: {
    name: 'Forbidden',
    description: 'Not for the one who asks, or more than there may be.',
    example: {
      title: 'Forbidden',
      detail: 'no more than 10 mailboxes in plan small',
      errors: [{ pointer: '#/address', detail: 'no more than 10 mailboxes in plan small' }],
    },
  },
  404: {
    name: 'NotThere',
    description: 'There is no such thing, or it is not theirs.',
    example: {
      title: 'Not Found',
      detail: 'there is no address ann@a.example',
      errors: [{ pointer: '#/address', detail: 'there is no address ann@a.example' }],
    },
  },
  409: {
    name: 'Conflict',
    description: 'It is there already, or something else stands against it.',
    example: {
      title: 'Conflict',
      detail: 'there is already an address ann@a.example',
      errors: [{ pointer: '#/address', detail: 'there is already an address ann@a.example' }],
    },
  },
  429: {
    name: 'TooMany',
    description: 'Too many requests of a session, a token or an address. `Retry-After` says when to come again; `RateLimit` how one stands, in every answer.',
    example: { title: 'Too Many Requests', detail: 'too many requests at once; please try again in 3 s' },
  },
  422: {
    name: 'InputRefused',
    description: 'The input itself is wrong.',
    example: {
      title: 'Unprocessable Content',
      detail: 'greylisting: "maybe" is not a value of this setting; right would be on or off',
      errors: [{ pointer: '#/values/greylisting', detail: 'greylisting: "maybe" is not a value of this setting; right would be on or off' }],
    },
  },
}
