# Kannel as Debian has it, for ops/compose.yaml: one image, two programs.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends kannel \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o kannel -m 0750 /var/spool/kannel /var/spool/kannel/store /var/spool/kannel/dlr
USER kannel
WORKDIR /var/spool/kannel
VOLUME /var/spool/kannel
CMD ["bearerbox", "/etc/kannel/kannel.conf"]
