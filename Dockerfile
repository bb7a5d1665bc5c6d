# Standin in a container: built from this checkout, run by a user without rights, with nothing but Node.js and the bundle in it.
FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:24-slim
COPY --from=build /src/package.json /src/README.md /opt/standin/
COPY --from=build /src/dist /opt/standin/dist
COPY --from=build /src/scenarios /opt/standin/scenarios
RUN ln -s /opt/standin/dist/cli/main.js /usr/local/bin/standin && mkdir /data && chown node:node /data
USER node
WORKDIR /data
VOLUME /data
ENV STANDIN_HOST=0.0.0.0 STANDIN_PORT=4010 STANDIN_LEDGER=/data/standin.db
EXPOSE 4010
# The page needs no token, and it answers as soon as the server listens.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.STANDIN_PORT}/`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["standin"]
CMD ["serve"]
