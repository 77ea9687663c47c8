/**
 * What the language has on the server, as its interpreter was asked: the names of its global object, and of what stands
 * there. A runner on a newer Node has more, which is taken away; what an older one does not have is not there either.
 *
 * Left out: what lets a state depend on more than the events (when memory is freed, what another thread does), what is not
 * done before the server takes the state (promises), and what the server takes for empty in a state (a Proxy).
 */
export const builtins: Readonly<Record<string, string>> = {
  globalThis:
    'AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array JSON Map Math NaN Number Object RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined unescape',
  Array: 'from isArray of',
  'Array.prototype':
    'at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf join keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toLocaleString toReversed toSorted toSpliced toString unshift values with',
  ArrayBuffer: 'isView',
  'ArrayBuffer.prototype':
    'byteLength detached maxByteLength resizable resize slice transfer transferToFixedLength',
  BigInt: 'asIntN asUintN',
  'BigInt.prototype': 'toLocaleString toString valueOf',
  'Boolean.prototype': 'toString valueOf',
  'DataView.prototype':
    'buffer byteLength byteOffset getBigInt64 getBigUint64 getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 setBigInt64 setBigUint64 setFloat32 setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8',
  Date: 'UTC now parse',
  'Date.prototype':
    'getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds getYear setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds setYear toDateString toISOString toJSON toLocaleDateString toLocaleString toLocaleTimeString toString toTimeString toUTCString valueOf',
  // Without it V8 keeps no stacks, and no line would be known.
  Error: 'stackTraceLimit',
  JSON: 'parse stringify',
  Map: 'groupBy',
  'Map.prototype': 'clear delete entries forEach get has keys set size values',
  Math: 'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc',
  Number:
    'EPSILON MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY isFinite isInteger isNaN isSafeInteger parseFloat parseInt',
  'Number.prototype': 'toExponential toFixed toLocaleString toPrecision toString valueOf',
  Object:
    'assign create defineProperties defineProperty entries freeze fromEntries getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols getPrototypeOf groupBy hasOwn is isExtensible isFrozen isSealed keys preventExtensions seal setPrototypeOf values',
  Reflect:
    'apply construct defineProperty deleteProperty get getOwnPropertyDescriptor getPrototypeOf has isExtensible ownKeys preventExtensions set setPrototypeOf',
  'Set.prototype':
    'add clear delete difference entries forEach has intersection isDisjointFrom isSubsetOf isSupersetOf keys size symmetricDifference union values',
  String: 'fromCharCode fromCodePoint raw',
  'String.prototype':
    'at charAt charCodeAt codePointAt concat endsWith includes indexOf isWellFormed lastIndexOf localeCompare match matchAll normalize padEnd padStart repeat replace replaceAll search slice split startsWith substr substring toLocaleLowerCase toLocaleUpperCase toLowerCase toString toUpperCase toWellFormed trim trimEnd trimLeft trimRight trimStart valueOf',
  Symbol:
    'asyncIterator for hasInstance isConcatSpreadable iterator keyFor match matchAll replace search species split toPrimitive toStringTag unscopables',
  Uint8Array: 'BYTES_PER_ELEMENT',
  'Uint8Array.prototype': 'BYTES_PER_ELEMENT',
};

/** What functions and prototypes have besides. */
export const everywhere = 'length name prototype constructor arguments caller';

/** What goes by a language and a country: the server knows none, and gives other results. With what to do instead. */
export const localised: Readonly<Record<string, string>> = {
  localeCompare: 'the server orders otherwise: compare with < and >',
  toLocaleDateString: 'the server writes otherwise: use toISOString',
  toLocaleLowerCase: 'the server knows no languages: use toLowerCase',
  toLocaleString: 'the server writes otherwise: use toString, toFixed or toISOString',
  toLocaleTimeString: 'the server writes otherwise: use toISOString',
  toLocaleUpperCase: 'the server knows no languages: use toUpperCase',
};
