import { run } from '/demo/restaurant/restaurant.js';

run();
