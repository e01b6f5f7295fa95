"use strict";

fetch("/api/v1/snapshot")
  .then((response) => response.json())
  .then(({ service, version, requests }) => {
    const rate = requests.recent.rate.toFixed(1);
    document.title = service;
    document.querySelector("#summary").textContent =
      `${service} ${version}: ${rate} requests a second, ${requests.in_flight} in flight`;
  })
  .catch(() => {});
