"""What has to be known before any test is collected."""

pytest_plugins = ["pytester"]
