// The answer goes to the customer of the field, which is the first one who wrote until somebody changes it.
import { at } from '/demo/demo.js';
import { run } from '/demo/restaurant/restaurant.js';

run(
  () => ({ customer_id: Number(at('customer').value) }),
  ({ conversation }) => { at('customer').value ||= conversation.customer_id; },
);
