/** What processes agree on is contract; stages and shares are spoken of here, so it is offered here too. */
export { BUCKETS, bucketOf } from '@emotibot/contracts'
