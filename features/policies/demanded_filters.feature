Feature: Policies that demand a header filter

  A policy may say what the header filter of a session has to look like. Stealing without a filter is then forbidden, and
  so is stealing with a filter of another kind.

  Background:
    Given the world "visit-counter"
    And the policy
      """
      metadata: {name: own-tenant}
      spec:
        block: []
        network:
          incoming:
            httpFilter:
              headerFilter: "^X-PG-Tenant: "
      """
    And Dana runs mirrord on "deployment/ip-visit-counter"

  @req-POLI-015
  Scenario: Without a filter
    When Dana tries to steal port 80
    Then it is refused because of "forbidden by the mirrord policy "

  @req-POLI-016
  Scenario Outline: With a filter
    When Dana tries to steal port 80 with the filter "<filter>"
    Then <outcome>

    Examples:
      | filter                                              | outcome           |
      | header=X-PG-Tenant: Dana                            | it is not refused |
      | header=X-Other: Dana                                | it is refused     |
      | path=/health                                        | it is refused     |
      | method=GET                                          | it is refused     |
      | all of (header=X-PG-Tenant: Dana), (path=/health)   | it is not refused |
      | all of (header=X-Other: Dana), (path=/health)       | it is refused     |
      | any of (header=X-PG-Tenant: Dana), (header=X-O: D)  | it is not refused |

  @req-POLI-017
  Scenario: The refusal says what is demanded
    When Dana tries to steal port 80 with the filter "header=X-Other: Dana"
    Then it is refused because of "the HTTP header filter must match the regex `^X-PG-Tenant: `"

  @req-POLI-016
  Scenario: Mirroring needs no filter
    When Dana tries to mirror port 80
    Then it is not refused
