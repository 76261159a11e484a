@needs_traffic_simulation
Feature: Several who steal one port

  A port of a pod is locked by whoever steals all of it. What happens to the next one is decided by their
  "on_concurrent_steal": abort, which is the default, override, or continue.

  Background:
    Given the world "visit-counter"
    And Aviram runs mirrord on "deployment/ip-visit-counter" as session "A1"

  Rule: By default the second is refused

    @req-TRAF-060
    Scenario: The first goes on stealing
      Given Aviram steals port 80
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to steal port 80
      Then it is refused with
        """
        Could not subscribe to port `80`, as it is being stolen by another mirrord client.
        """
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session

    @req-TRAF-061
    Scenario: A pod and its deployment are the same port
      Given Aviram steals port 80
      And Dana runs mirrord on a pod of "ip-visit-counter"
      When Dana tries to steal port 80
      Then it is refused

    @provisional @req-TRAF-062
    Scenario: A filter does not help against somebody who steals everything
      Given Aviram steals port 80
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to steal port 80 with the filter "path=/dana"
      Then it is refused with
        """
        Could not subscribe to port `80`, as it is being stolen by another mirrord client.
        """

    @provisional @req-TRAF-062
    Scenario: Nobody can have everything while somebody has a part
      Given Aviram steals port 80 with the filter "path=/aviram"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to steal port 80
      Then it is refused
      When a GET request to "/aviram" reaches port 80 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session

    @req-TRAF-063
    Scenario: Mirroring is in nobody's way
      Given Aviram steals port 80
      And Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana mirrors port 80
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session
      And it is mirrored to Dana's session

  Rule: Override takes the port

    @provisional @req-TRAF-064
    Scenario: The session that had it is closed
      Given Aviram steals port 80
      When Dana runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "steal", "on_concurrent_steal": "override"}}}
        }
        """
      And Dana's application listens on port 80
      Then Aviram is disconnected
      And Aviram's session is gone
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it is stolen by Dana's session

  Rule: Continue leaves it to the agent, in which the last one wins

    @provisional @req-TRAF-065
    Scenario: The one that had the port is not told
      Given Aviram steals port 80
      When Dana runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "steal", "on_concurrent_steal": "continue"}}}
        }
        """
      And Dana's application listens on port 80
      Then Aviram is still connected
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it is stolen by Dana's session

    @provisional @req-TRAF-065
    Scenario: A filter displaces who had everything
      Given Aviram steals port 80
      When Dana runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "steal", "on_concurrent_steal": "continue", "http_filter": {"path_filter": "/dana"}}}}
        }
        """
      And Dana's application listens on port 80
      Then requests to deployment/ip-visit-counter go where the table says
        | path    | goes to |
        | /aviram | the original |
        | /dana   | Dana |

    @provisional @req-TRAF-065
    Scenario: Everything displaces a filter
      Given Aviram steals port 80 with the filter "path=/aviram"
      When Dana runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "steal", "on_concurrent_steal": "continue"}}}
        }
        """
      And Dana's application listens on port 80
      Then requests to deployment/ip-visit-counter go where the table says
        | path    | goes to |
        | /aviram | Dana |
        | /dana   | Dana |

    @provisional @req-TRAF-065
    Scenario: Filters live side by side
      Given Aviram steals port 80 with the filter "path=/aviram"
      When Dana runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "steal", "on_concurrent_steal": "continue", "http_filter": {"path_filter": "/dana"}}}}
        }
        """
      And Dana's application listens on port 80
      Then requests to deployment/ip-visit-counter go where the table says
        | path    | goes to |
        | /aviram | Aviram |
        | /dana   | Dana |
