# The model of the operator as a pod: see `harness operator manifests --help`.
FROM python:3.12-slim
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY fakes fakes
COPY harness harness
COPY scenarios scenarios
COPY features features
RUN pip install --no-cache-dir . && rm -rf /src
WORKDIR /
USER 65532:65532
ENTRYPOINT ["harness"]
CMD ["operator", "serve", "--listen=0.0.0.0"]
